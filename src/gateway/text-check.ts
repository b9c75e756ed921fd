import { type DocumentNode, GraphQLError, Kind, visit } from 'graphql';

/**
 * Refuses texts that no database can store and no two systems read alike, wherever they stand in an operation: NUL, and halves of
 * a character (lone surrogates).
 *
 * Errors: GraphQLError BAD_USER_INPUT that names where.
 */
export function refuseUnstorableText(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> | undefined,
): void {
  visit(document, {
    [Kind.STRING](node) {
      if (!isStorable(node.value)) refuse(`line ${node.loc?.startToken.line ?? 0} of the operation`);
    },
  });
  // A list, not recursion: nothing bounds how deep the values are nested.
  const waiting: { readonly path: string; readonly value: unknown }[] = [{ path: 'variables', value: variables }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, value } = next;
    if (typeof value === 'string' && !isStorable(value)) refuse(path);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) refuse(`a name in ${path}`);
      waiting.push({ path: Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, value: inner });
    }
  }
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

function refuse(where: string): never {
  throw new GraphQLError(`${where}: expected text without NUL and without halves of a character`, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
