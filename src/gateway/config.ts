/** What the gateway can be told; every limit has a default that fits a browser's storefront and a merchant's back office. */
export interface GatewayConfig {
  /** Shown on the health page. */
  readonly version: string;
  /** Whether the schema may be read through the API. */
  readonly introspection: boolean;
  /** Bytes of a GraphQL request, and of one websocket message. */
  readonly operationBytesMax: number;
  /** Bytes of a channel's webhook. */
  readonly webhookBytesMax: number;
  /** Lexical tokens of a document. */
  readonly tokensMax: number;
  /** How deep fields nest. */
  readonly depthMax: number;
  /** Aliased fields of one operation, fragments spread. */
  readonly aliasesMax: number;
  /** Fields looked at in one operation, fragments spread. */
  readonly fieldsMax: number;
  /** Objects that one answer may hold, estimated from list sizes. */
  readonly costMax: number;
  /** Compiled operations kept, by bytes of their documents. */
  readonly compiledBytesMax: number;
  readonly subscriptionsPerSocketMax: number;
  readonly socketsMax: number;
  /** A socket that has not initialised by then is closed. */
  readonly socketInitMs: number;
  /** Ping interval; a socket that does not answer one is cut. */
  readonly socketKeepAliveMs: number;
  /** How long what was sent to a socket may lie unread before it is told and cut off. */
  readonly slowSocketMs: number;
  /** How often open sockets' keys are checked: the longest that a revoked or expired key still receives. */
  readonly sessionCheckMs: number;
  /** How long closing waits for requests that are under way. */
  readonly drainMs: number;
  /** How long a client may take to send a whole request. */
  readonly requestMs: number;
}

export const DEFAULT_GATEWAY_CONFIG: GatewayConfig = {
  version: '0',
  introspection: true,
  operationBytesMax: 100_000,
  webhookBytesMax: 1_000_000,
  tokensMax: 4_000,
  depthMax: 12,
  aliasesMax: 30,
  fieldsMax: 2_000,
  costMax: 20_000,
  compiledBytesMax: 2_000_000,
  subscriptionsPerSocketMax: 50,
  socketsMax: 10_000,
  socketInitMs: 10_000,
  socketKeepAliveMs: 12_000,
  slowSocketMs: 15_000,
  sessionCheckMs: 5_000,
  drainMs: 5_000,
  requestMs: 30_000,
};
