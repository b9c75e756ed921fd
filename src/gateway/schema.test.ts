import { isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { attachScopes, FIELD_SCOPES, scopesOf } from '../schema/scopes.js';
import { buildApiSchema, printApiSchema } from './schema.js';

const schema = buildApiSchema();
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
const fields = types.flatMap((type) =>
  isObjectType(type) || isInterfaceType(type)
    ? Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field }))
    : [],
);

describe('the schema', () => {
  it('is the one that schema.graphql holds (npx vitest -u writes it)', async () => {
    await expect(printApiSchema()).toMatchFileSnapshot('../../schema.graphql');
  });

  it('describes every type, field, argument and input field', () => {
    const silent = types.flatMap((type) => {
      if (isInputObjectType(type)) {
        const inputs = Object.values(type.getFields());
        return inputs.filter((field) => !field.description).map((field) => `${type.name}.${field.name}`);
      }
      return [];
    });
    const fieldsAndArguments = fields.flatMap(({ name, field }) => [
      ...(field.description ? [] : [name]),
      ...field.args.filter((argument) => !argument.description).map((argument) => `${name}(${argument.name})`),
    ]);
    const roots = ['Query', 'Mutation', 'Subscription'];
    expect([...silent, ...fieldsAndArguments]).toEqual([]);
    expect(types.filter((type) => !type.description && !roots.includes(type.name)).map((type) => type.name)).toEqual(
      [],
    );
  });
});

describe('the table of scopes', () => {
  it('has an entry for every field of the schema, and the schema carries it', () => {
    expect(fields.length).toBeGreaterThan(200);
    expect(fields.filter(({ field }) => scopesOf(field).length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('has no entry that names no field', () => {
    const names = new Set(fields.map(({ name }) => name));
    expect(Object.keys(FIELD_SCOPES).filter((name) => !names.has(name))).toEqual([]);
  });

  it('keeps the gateway from starting when a field has no entry', () => {
    const other = buildApiSchema();
    const type = other.getType('Money');
    if (!isObjectType(type)) throw new Error('expected the type Money');
    const { amount } = type.getFields();
    if (!amount) throw new Error('expected the field Money.amount');
    type.getFields().extra = { ...amount, name: 'extra' };
    expect(() => attachScopes(other)).toThrow(/fields without an entry: Money.extra/);
  });

  it('shows a storefront no vendor, node, cost, order or address', () => {
    const open = fields.filter(({ field }) => scopesOf(field).includes('storefront')).map(({ name }) => name);
    expect(open.sort()).toEqual([
      'Availability.asOf',
      'Availability.atLeast',
      'Availability.available',
      'Availability.availableWithOthers',
      'Availability.cursor',
      'Availability.earliestArrival',
      'Availability.fromStock',
      'Availability.inStock',
      'Availability.known',
      'Availability.madeToOrder',
      'Availability.minimumQuantity',
      'Availability.quantityMultiple',
      'Availability.sku',
      'DeliveryOption.arrivesAt',
      'DeliveryOption.dutyAtDoor',
      'DeliveryOption.level',
      'DeliveryOption.shipments',
      'DeliveryOption.shipping',
      'Money.amount',
      'Money.currencyCode',
      'Query.availability',
      'Query.quote',
      'Quote.asOf',
      'Quote.missing',
      'Quote.options',
      'StockChange.cursor',
      'StockChange.products',
      'Subscription.stockChanged',
    ]);
  });

  it('shows a vendor no price that a customer pays, no cost, no decision and no other account', () => {
    const open = fields.filter(({ field }) => scopesOf(field).includes('vendor')).map(({ name }) => name);
    const closed = [
      'OrderLine.unitPrice',
      'Fulfillment.landedCost',
      'Query.routingDecision',
      'Order.decisions',
      'Order.account',
    ];
    expect(closed.filter((name) => open.includes(name))).toEqual([]);
  });
});
