import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import type { Viewer } from '../model/viewer.js';
import { PAGE_MAX } from '../resolvers/paging.js';
import { scopesOf } from '../schema/scopes.js';
import type { GatewayConfig } from './config.js';

export interface CheckedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** What a list without `first` is taken to hold, where its length is not the caller's to say. */
const LIST_SIZE_ASSUMED = 4;
/** Arguments whose length is the list's length. */
const LENGTH_ARGUMENTS = ['skus', 'ids', 'orderIds'];

/**
 * Judges a validated operation before anything of it runs: whether the viewer may select every field, and whether it is small
 * enough. Follows fragments and judges a field of an interface by every type that may stand behind it, so that no spelling of an
 * operation gets past it; what @skip and @include leave out is judged like the rest.
 *
 * Errors: GraphQLError FORBIDDEN or OPERATION_TOO_LARGE, with the limit and what was got.
 */
export function checkOperation(
  schema: GraphQLSchema,
  operation: CheckedOperation,
  viewer: Viewer,
  config: Pick<GatewayConfig, 'introspection' | 'depthMax' | 'aliasesMax' | 'fieldsMax' | 'costMax'>,
): void {
  const definition = getOperationAST(operation.document, operation.operationName);
  if (!definition) return;
  const root = schema.getRootType(definition.operation);
  if (!root) return;
  new OperationCheck(schema, operation, definition, viewer, config).walk(definition.selectionSet, root, 1, 1);
}

class OperationCheck {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private fields = 0;
  private aliases = 0;
  private cost = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly operation: CheckedOperation,
    private readonly definition: OperationDefinitionNode,
    private readonly viewer: Viewer,
    private readonly config: Pick<GatewayConfig, 'introspection' | 'depthMax' | 'aliasesMax' | 'fieldsMax' | 'costMax'>,
  ) {
    for (const node of operation.document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
    }
  }

  /** `times`: how many objects of the parent the answer may hold. */
  walk(selections: SelectionSetNode, parent: GraphQLCompositeType, depth: number, times: number): void {
    if (depth > this.config.depthMax) this.tooLarge('depth', this.config.depthMax, depth);
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) {
        this.field(selection, parent, depth, times);
        continue;
      }
      this.count('fields', ++this.fields, this.config.fieldsMax);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      const type = fragment.typeCondition ? typeFromAST(this.schema, fragment.typeCondition) : parent;
      if (isCompositeType(type)) this.walk(fragment.selectionSet, type, depth, times);
    }
  }

  private field(node: FieldNode, parent: GraphQLCompositeType, depth: number, times: number): void {
    const name = node.name.value;
    this.count('fields', ++this.fields, this.config.fieldsMax);
    if (node.alias) this.count('aliases', ++this.aliases, this.config.aliasesMax);
    if (name === '__typename') return;
    if (name === '__schema' || name === '__type') {
      if (!this.config.introspection) this.forbid('the schema may not be read through the API here');
      // Its own nesting is bounded by a rule of the validation.
      return;
    }
    if (!('getFields' in parent)) return;
    const field = parent.getFields()[name];
    if (!field) return;
    this.allow(parent, name, field);
    const type = getNamedType(field.type);
    if (!isCompositeType(type) || !node.selectionSet) return;
    const objects = times * this.objectsOf(node, field);
    this.cost += objects;
    this.count('cost', this.cost, this.config.costMax);
    this.walk(node.selectionSet, type, depth + 1, objects);
  }

  private allow(parent: GraphQLCompositeType, name: string, field: GraphQLField<unknown, unknown>): void {
    const behind = isAbstractType(parent)
      ? this.schema.getPossibleTypes(parent).flatMap((type) => type.getFields()[name] ?? [])
      : [];
    for (const judged of [field, ...behind]) {
      const needed = scopesOf(judged);
      if (needed.some((scope) => this.viewer.scopes.includes(scope))) continue;
      this.forbid(
        `${parent.name}.${name} needs one of the scopes ${needed.join(', ')}; the key has ${this.viewer.scopes.join(', ')}`,
      );
    }
  }

  /** How many objects the field may give for one parent. A connection's page counts at the connection, not again at its edges. */
  private objectsOf(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const first = field.args.find((argument) => argument.name === 'first');
    if (first) {
      const value = this.argument(node, 'first') ?? first.defaultValue;
      return typeof value === 'number' ? Math.max(1, Math.min(value, PAGE_MAX)) : PAGE_MAX;
    }
    if (!isListType(getNullableType(field.type)) || field.name === 'edges') return 1;
    for (const name of LENGTH_ARGUMENTS) {
      const value = this.argument(node, name);
      if (Array.isArray(value)) return Math.max(1, value.length);
    }
    return LIST_SIZE_ASSUMED;
  }

  /** The argument's value where it is a number or a list; elements of a list stay as they are, only their count is used. */
  private argument(node: FieldNode, name: string): unknown {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value === undefined) return undefined;
    if (value.kind === Kind.INT) return Number(value.value);
    if (value.kind === Kind.LIST) return value.values;
    if (value.kind !== Kind.VARIABLE) return undefined;
    const variable = value.name.value;
    const given = this.operation.variables?.[variable];
    if (given !== undefined) return given;
    const fallback = this.definition.variableDefinitions?.find((each) => each.variable.name.value === variable);
    return fallback?.defaultValue?.kind === Kind.INT ? Number(fallback.defaultValue.value) : undefined;
  }

  private count(what: string, got: number, max: number): void {
    if (got > max) this.tooLarge(what, max, got);
  }

  private tooLarge(what: string, max: number, got: number): never {
    throw new GraphQLError(`the operation is too large: expected ${what} of at most ${max}, got at least ${got}`, {
      extensions: { code: 'OPERATION_TOO_LARGE', http: { status: 400 } },
    });
  }

  private forbid(message: string): never {
    throw new GraphQLError(message, { extensions: { code: 'FORBIDDEN', http: { status: 403 } } });
  }
}
