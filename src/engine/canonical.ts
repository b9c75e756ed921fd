/**
 * Canonical JSON (RFC 8785) of a value that came from JSON: keys sorted by UTF-16 code units, numbers and texts as ECMAScript writes them. Fields
 * that are undefined are left out, as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let text = '';
  if (Array.isArray(value)) {
    for (const entry of value) text += text === '' ? canonicalJson(entry) : `,${canonicalJson(entry)}`;
    return `[${text}]`;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field === undefined) continue;
    text += `${text === '' ? '' : ','}${keyText(name)}:${canonicalJson(field)}`;
  }
  return `{${text}}`;
}

const PLAIN = /^\w+$/;

function keyText(name: string): string {
  return PLAIN.test(name) ? `"${name}"` : JSON.stringify(name);
}
