import { decide, InvalidRequest } from '../engine/decide.js';
import type { Decision } from '../engine/decision.js';
import type { RequestFault } from '../engine/reader.js';
import type { RoutingRequest } from '../engine/request.js';

/** What a thread answers: errors lose their class on the way between threads, so faults travel as data. */
export type ThreadAnswer = { readonly decision: Decision } | { readonly faults: readonly RequestFault[] };

/** What runs in a thread of its own: one request, wholly decided. */
export default function decideHere(request: RoutingRequest): ThreadAnswer {
  try {
    return { decision: decide(request) };
  } catch (error) {
    if (error instanceof InvalidRequest) return { faults: error.faults };
    throw error;
  }
}
