/** What stands in a secret's place. */
const HIDDEN = '[hidden]';
/** A shorter secret may be a word of any text. */
const SECRET_LENGTH_MIN = 4;
const SECRETS_MAX = 100;
const DEPTH_MAX = 8;
/** Names of headers and fields whose values are nobody's to read. */
const SECRET_NAME =
  /pass(word|wd|phrase|code)|secret|token|credential|authori[sz]ation|signature|cookie|session|api[-_.]?key|(access|private|consumer|signing|shared|security)[-_.]?key|^(key|pwd|pin|sig|hmac|cvv2?|auth)$|hmac|[-_.]auth$|card[-_.]?number|^[-a-z]*-key$/i;
/** Of these names, those that only look so. */
const NO_SECRET = /^(idempotency-key|x-idempotency-key|(next|page|cursor|continuation)[-_]?token)$/i;

/** Whether the value of a header or field of this name is to be hidden. Pure. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NO_SECRET.test(name);
}

/** Takes secrets out of texts. */
export interface Scrubber {
  /** The text without the secrets, and without the values of fields that are named like one. */
  text(text: string): string;
  /** The same of headers. */
  headers(headers: Headers): Record<string, string>;
  /** Characters at the end of a text that was cut that may be the beginning of a secret. */
  readonly tailLength: number;
}

/**
 * A scrubber for an account's secrets: every text within `secrets`, at most SECRETS_MAX, wherever it stands, also in base64, in
 * percent-encoding and as JSON writes it; and what a header of the request that is named like a secret carries. Pure.
 */
export function scrubberOf(secrets: unknown, sent: Headers = new Headers()): Scrubber {
  const carried = [...sent].flatMap(([name, value]) =>
    isSecretName(name) ? [value, value.replace(/^\S+\s+/, '')] : [],
  );
  const forms = [...new Set([...textsWithin(secrets).slice(0, SECRETS_MAX), ...carried].flatMap(formsOf))]
    // The longest first: one may be part of another.
    .sort((a, b) => b.length - a.length);
  const text = (whole: string) =>
    hideFields(forms.reduce((left, secret) => left.replaceAll(secret, () => HIDDEN), whole));
  return {
    text,
    headers: (headers) =>
      Object.fromEntries([...headers].map(([name, value]) => [name, isSecretName(name) ? HIDDEN : text(value)])),
    tailLength: forms[0]?.length ?? 0,
  };
}

function textsWithin(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value, value.trim()];
  if (typeof value === 'number') return [String(value)];
  if (depth === DEPTH_MAX || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((each) => textsWithin(each, depth + 1));
}

function formsOf(secret: string): string[] {
  if (secret.length < SECRET_LENGTH_MIN) return [];
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret);
  return [
    ...[secret, JSON.stringify(secret).slice(1, -1), percent, percent.toLowerCase()],
    ...[new URLSearchParams({ '': secret }).toString().slice(1), bytes.toString('base64url')],
    ...[bytes.toString('base64'), encodeURIComponent(bytes.toString('base64'))],
  ];
}

/** Values of fields named like a secret, in JSON, XML, forms and queries, also where the text ends within them. Pure. */
function hideFields(text: string): string {
  const hide = (whole: string, before: string, name: string, after: string, value: string) =>
    value !== '' && isSecretName(name.replace(/^.*:/, '')) ? `${before}${name}${after}${HIDDEN}` : whole;
  return text
    .replace(/(")([\w.:-]{1,60})("\s{0,9}:\s{0,9}")((?:[^"\\]|\\.)*)/g, hide)
    .replace(/(")([\w.:-]{1,60})("\s{0,9}:\s{0,9})(-?\d[\d.eE+-]*)/g, hide)
    .replace(/(<)([\w.:-]{1,60})((?:\s[^<>]{0,300})?>)([^<]*)/g, hide)
    .replace(/(\s)([\w.:-]{1,60})(=["'])([^"'<>]*)/g, hide)
    .replace(/(^|[?&])([\w.:%[\]-]{1,60})(=)([^&\s"'<>]*)/g, hide);
}
