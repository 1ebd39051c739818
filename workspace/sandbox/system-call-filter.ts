/** A filter that refuses the system calls which reach what namespaces do not divide, or through which code has got out of them. */

/**
 * A call of one of them fails with EPERM; libuv, which tries io_uring, goes on without.
 * The keys of a user are the same in every namespace, and an open file handle leads to any file of a disk.
 * Source: what docker's own profile leaves out (moby/profiles, seccomp/default.json); numbers from the kernel's system call tables.
 */
const REFUSED = {
  x64: {
    audit: 0xc000003e,
    numbers: {
      ...{ addKey: 248, requestKey: 249, keyctl: 250, perfEventOpen: 298, openByHandleAt: 304, bpf: 321, userfaultfd: 323 },
      ...{ ioUringSetup: 425, ioUringEnter: 426, ioUringRegister: 427 },
    },
  },
  arm64: {
    audit: 0xc00000b7,
    numbers: {
      ...{ addKey: 217, requestKey: 218, keyctl: 219, perfEventOpen: 241, openByHandleAt: 265, bpf: 280, userfaultfd: 282 },
      ...{ ioUringSetup: 425, ioUringEnter: 426, ioUringRegister: 427 },
    },
  },
} as const;

/** Calls of x32, a second set of numbers for the same calls, begin here. */
const X32 = 0x40000000;

const [LOAD, EQUAL, AT_LEAST, RETURN] = [0x20, 0x15, 0x35, 0x06];
const [NUMBER, ARCHITECTURE] = [0, 4]; // offsets in struct seccomp_data
const [KILL, ALLOW, EPERM] = [0x80000000, 0x7fff0000, 0x00050001];

/**
 * A program for the kernel's classic packet filter; null for a processor whose numbers are not known here.
 * Source of the format: seccomp(2), linux/filter.h.
 */
export function systemCallFilter(architecture: string = process.arch): Uint8Array | null {
  const known = architecture === 'x64' || architecture === 'arm64' ? REFUSED[architecture] : null;
  if (known === null) return null;
  const numbers = Object.values(known.numbers);
  const toRefusal = (index: number) => numbers.length - index;
  return assemble([
    [LOAD, 0, 0, ARCHITECTURE],
    [EQUAL, 1, 0, known.audit],
    [RETURN, 0, 0, KILL], // programs of another processor have other numbers
    [LOAD, 0, 0, NUMBER],
    [AT_LEAST, toRefusal(-1), 0, X32],
    ...numbers.map((number, index): Instruction => [EQUAL, toRefusal(index), 0, number]),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, EPERM],
  ]);
}

/** Operation, how many instructions to skip if true, and if false, operand. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(8 * program.length);
  for (const [index, [code, ifTrue, ifFalse, operand]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(ifTrue, 8 * index + 2);
    bytes.writeUInt8(ifFalse, 8 * index + 3);
    bytes.writeUInt32LE(operand, 8 * index + 4);
  }
  return bytes;
}
