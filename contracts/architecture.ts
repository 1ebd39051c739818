/** The architecture as a picture: what a writer needs to draw modules and the dependencies between them. */
import { z } from 'zod';

/**
 * `allowed`: the base has it, or the contract's order permits it. `new`: the base did not have it and nothing forbids it.
 * `forbidden`: it breaks a rule or closes a cycle of modules. `gone`: the base had it and the head no longer has.
 */
export const PictureEdgeState = z.enum(['allowed', 'new', 'forbidden', 'gone']);
export type PictureEdgeState = z.infer<typeof PictureEdgeState>;

/** Sorted by name, so that equal contracts give equal pictures. */
export const ContractPicture = z.strictObject({
  nodes: z.array(
    z.strictObject({
      /** Unique: a folder, or `folder/*` for the files lying loosely in one whose subfolders are modules. */
      name: z.string().min(1),
      /** Folder of the package it belongs to, `.` for the root. Nodes of one package may share a frame. */
      package: z.string().min(1),
      /** Production files in it. */
      files: z.int().nonnegative(),
      /**
       * Layer: 0 depends on no other module, a higher one depends on some lower one. Modules of one cycle share a rank, since no order is claimed among them.
       * Drawn with the highest rank on top, every arrow that is in order points down.
       */
      rank: z.int().nonnegative(),
      /** Whether it lies on a cycle of modules. */
      inCycle: z.boolean(),
    }),
  ),
  edges: z.array(
    z.strictObject({
      /** Names of nodes. */
      from: z.string().min(1),
      to: z.string().min(1),
      /** `type` when no import between the two runs. */
      kind: z.enum(['value', 'type']),
      state: PictureEdgeState,
      /** The rule's name and reason, for a forbidden edge that one forbids. */
      reason: z.string().optional(),
    }),
  ),
});
export type ContractPicture = z.infer<typeof ContractPicture>;
