import { hash } from 'node:crypto';
import type { RoutingRequest } from '../request.js';
import { canonicalRequest } from './canonical-request.js';

/** SHA-256 of a valid request's canonical JSON (RFC 8785), lower-case hex. */
export function digestOf(request: RoutingRequest): string {
  return hash('sha256', canonicalRequest(request), 'hex');
}
