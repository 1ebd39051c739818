/** What somebody with ts-morph writes to get an import graph: a project, every file, every import's file. Prints the number of edges. */
import { Project } from 'ts-morph';

const [folder = '.'] = process.argv.slice(2);
const project = new Project({ compilerOptions: { allowJs: true, skipLibCheck: true, noLib: true }, skipAddingFilesFromTsConfig: true });
project.addSourceFilesAtPaths([`${folder}/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}`, `!${folder}/**/*.d.{ts,mts,cts}`]);
let edges = 0;
for (const file of project.getSourceFiles()) edges += new Set(file.getReferencedSourceFiles()).size;
process.stdout.write(`${edges}\n`);
