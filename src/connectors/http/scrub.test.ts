import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, scrubberOf } from './scrub.js';

const SECRET = 'pa55+/w"örd=';

describe('what is kept of a call', () => {
  it.each([
    ['as it is', SECRET],
    ['as JSON writes it', JSON.stringify({ note: `it is ${SECRET}` })],
    ['in base64', `x ${Buffer.from(SECRET).toString('base64')}`],
    ['in base64 for addresses', Buffer.from(SECRET).toString('base64url')],
    ['in percent-encoding', `/path/${encodeURIComponent(SECRET)}/x`],
    ['as forms write it', new URLSearchParams({ note: SECRET }).toString()],
  ])('has no secret of the account, %s', (_how, text) => {
    const clean = scrubberOf({ deep: [{ password: ` ${SECRET}\n` }] }).text(text);
    expect(clean).toContain('[hidden]');
    for (const piece of [SECRET, 'pa55', 'cGE1NS']) expect(clean).not.toContain(piece);
  });

  it('has no secret, whatever it is and wherever it stands', () => {
    const texts = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(texts, fc.string(), fc.string(), (secret, before, after) => {
        expect(scrubberOf({ secret }).text(`${before}${secret}${after}`).includes(secret)).toBe(
          '[hidden]'.includes(secret) || `${before}[hidden]${after}`.includes(secret),
        );
      }),
    );
  });

  it.each([
    ['{"access_token": "abc\\"def", "token_type": "x"}', '{"access_token": "[hidden]", "token_type": "[hidden]"}'],
    ['{"pin": 1234, "poNumber": "PO-1"}', '{"pin": [hidden], "poNumber": "PO-1"}'],
    ['{"client_secret": "cut off he', '{"client_secret": "[hidden]'],
    [
      '<Credential><SharedSecret>abc</SharedSecret></Credential>',
      '<Credential><SharedSecret>[hidden]</SharedSecret></Credential>',
    ],
    ['<ns:Password Type="text">abc</ns:Password>', '<ns:Password Type="text">[hidden]</ns:Password>'],
    ['<login user="me" password="abc"/>', '<login user="me" password="[hidden]"/>'],
    ['https://a.example/x?api_key=abc&page=2', 'https://a.example/x?api_key=[hidden]&page=2'],
    ['grant_type=x&client_secret=a%2Bc', 'grant_type=x&client_secret=[hidden]'],
    [
      '{"nextToken": "page2", "key": "v", "shipTo": {"name": "Ada"}}',
      '{"nextToken": "page2", "key": "[hidden]", "shipTo": {"name": "Ada"}}',
    ],
  ])('has no value of a field that is named like a secret: %s', (text, clean) => {
    expect(scrubberOf({}).text(text)).toBe(clean);
  });

  it('has no header that proves who we are, and nothing of it elsewhere', () => {
    const sent = new Headers({ authorization: 'Bearer token-of-today', 'idempotency-key': 'PO-1' });
    const scrubber = scrubberOf({}, sent);
    expect(scrubber.headers(sent)).toEqual({ authorization: '[hidden]', 'idempotency-key': 'PO-1' });
    expect(scrubber.text('who is token-of-today?')).toBe('who is [hidden]?');
    for (const name of [
      'X-Shopify-Access-Token',
      'x-amz-access-token',
      'WM_SEC.ACCESS_TOKEN',
      'X-Auth-Token',
      'API-Key',
      'Set-Cookie',
      'apikey',
      'X-Hmac-Signature',
      'Merchant-Signature',
      'x-functions-key',
    ])
      expect(isSecretName(name), name).toBe(true);
    for (const name of [
      'content-type',
      'x-ratelimit-remaining',
      'retry-after',
      'monkey',
      'author',
      'keyword',
      'shipping',
    ])
      expect(isSecretName(name), name).toBe(false);
  });

  it('is found quickly in a text of any shape', () => {
    const begun = performance.now();
    for (const text of [
      '"'.repeat(32_768),
      '<a '.repeat(10_000),
      '"\\'.repeat(16_000),
      ' a="'.repeat(8_000),
      'a'.repeat(32_768),
      `"password":"${'\\'.repeat(32_000)}`,
    ])
      scrubberOf({ secret: 'very-secret' }).text(text);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
