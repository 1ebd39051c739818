/** Opens a mirror in a process of its own, which a test can kill. */
import { CommitSha } from '#contracts';
import { openMirror } from '#workspace';

const [cacheFolder = '', repository = '', commit = ''] = process.argv.slice(2);
await openMirror({ environment: { PATH: process.env.PATH ?? '', GIT_HTTP_LOW_SPEED_TIME: '3' }, cacheFolder }, repository, [
  CommitSha.parse(commit),
]);
