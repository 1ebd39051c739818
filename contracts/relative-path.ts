/** A path inside a repository, as every format of ours writes it. */
import { z } from 'zod';

/**
 * Forward slashes, relative to the repository's root, no `..`, no `.git`, no empty part:
 * joining it to a root can never leave that root (symbolic links are the reader's concern).
 */
export const RelativePath = z
  .string()
  .min(1)
  .max(4096)
  .refine(
    (path) =>
      !path.startsWith('/') &&
      !path.includes('\0') &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git'),
    'a path is relative to the repository, with forward slashes and without "..", "." or ".git"',
  );
