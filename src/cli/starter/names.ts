/** A connector's name in words that TypeScript and people write: `acme-shop`, `acmeShop`, `Acme Shop`. */
export interface StarterNames {
  readonly name: string;
  readonly variable: string;
  readonly title: string;
}
