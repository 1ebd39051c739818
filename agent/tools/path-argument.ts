/** The `path` argument of a tool. */
import { z } from 'zod';
import { RelativePath } from '#contracts';

/** A leading `./`, which models like to write, is dropped. */
export const PathArgument = z
  .string()
  .transform((path) => path.replace(/^(\.\/+)+/, ''))
  .pipe(RelativePath);
