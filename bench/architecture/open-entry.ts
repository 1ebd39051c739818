/** Opens a tree once, as cold as the cache it is given, and prints what it found. */
import { openArchitecture, strongComponents } from '#architecture';

/** `graph`: files, edges, both cycle passes. `all`: everything a snapshot holds. */
const [folder = '.', depth = 'graph', cache] = process.argv.slice(2);
const options = cache === undefined ? {} : { cache };
const architecture = await openArchitecture(folder, { ...options, texts: depth === 'graph' ? 'later' : 'now' });
const { value, all } = architecture.production;
const cycles = { value: strongComponents(value).length, all: strongComponents(all).length };
if (depth === 'all') architecture.snapshot();
process.stdout.write(JSON.stringify({ files: architecture.graph.files.length, edges: all.targets.length, cycles }));
