import type { IncomingMessage, ServerResponse } from 'node:http';

/** The request's body was longer than allowed; what is left of it was not read. */
export class BodyTooLarge extends Error {}

/**
 * Reads a body whole, at most `bytesMax`; never keeps more than that. Errors: BodyTooLarge, or the connection's.
 * By listeners, not `for await`: leaving a loop early would destroy the connection before the refusal is sent.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => {
      request.off('data', take);
      request.off('end', end);
      request.off('error', fail);
      request.off('close', cut);
    };
    const tooLarge = () => {
      stop();
      request.pause();
      reject(new BodyTooLarge(`expected at most ${bytesMax} bytes`));
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) tooLarge();
      else chunks.push(chunk);
    };
    const end = () => {
      stop();
      resolve(Buffer.concat(chunks, size));
    };
    const fail = (error: Error) => {
      stop();
      reject(error);
    };
    const cut = () => fail(new Error('the connection ended before the body did'));
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) {
      tooLarge();
      return;
    }
    request.on('data', take).on('end', end).on('error', fail).on('close', cut);
  });
}

/** Answers with JSON and closes the exchange. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}

export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}

/** Answers a GraphQL request that never came to be executed, in GraphQL's own shape. */
export function sendGraphqlError(
  response: ServerResponse,
  status: number,
  error: { readonly code: string; readonly message: string; readonly requestId: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  const { code, message, requestId } = error;
  sendJson(response, status, { errors: [{ message, extensions: { code, requestId } }] }, headers);
}
