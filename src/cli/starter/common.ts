import type { StarterNames } from './names.js';

/** The files that every starter has: its package, how it is compiled, and how its tests run. */
export function commonFiles(
  { name, title }: StarterNames,
  kind: string,
  headgate: { readonly at: string; readonly tools: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> {
  const manifest = {
    name: `headgate-connector-${name}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    exports: './dist/index.js',
    scripts: { build: 'tsc', test: 'tsc && vitest run' },
    devDependencies: { headgate: headgate.at, ...headgate.tools },
  };
  const compiler = {
    compilerOptions: {
      ...{ target: 'ES2022', module: 'NodeNext', strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true },
      ...{ rootDir: 'src', outDir: 'dist', types: ['node'] },
    },
    include: ['src'],
    exclude: ['src/**/*.test.ts'],
  };
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'tsconfig.json': `${JSON.stringify(compiler, null, 2)}\n`,
    'README.md': `# ${title}

A ${kind} connector for Headgate, begun by \`headgate connectors new ${name} --kind ${kind}\`.

    npm install && npm test     compiles, and runs the contract kit: what fails is what remains to be done
    HEADGATE_CONNECTORS=<this folder> headgate connectors list

| file | holds |
|---|---|
| src/index.ts | the manifest, what the connector can do, and its calls |
| src/map.ts | their shape to ours: pure, no call leaves it |
| src/contract.test.ts | the kit, and a bench that plays their system |
`,
  };
}
