import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { printApiSchema } from './schema.js';

/** Run by itself (node dist/src/gateway/print-schema.js FILE): writes the schema's text, for codegen and for review. */
const file = process.argv[2];
if (file === undefined) throw new Error('expected the file to write, such as schema.graphql');
writeFileSync(file, printApiSchema());
