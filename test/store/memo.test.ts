/** Something expensive is computed once for all. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sharedServer } from './shared-server.ts';

const server = sharedServer();
const Weight = z.strictObject({ kilograms: z.number() });

test('8 concurrent callers in 4 stores compute once', async () => {
  const stores = await Promise.all([server.open(), server.open(), server.open(), server.open()]);
  let computed = 0;
  const weigh = async () => {
    computed++;
    await setTimeout(300);
    return { kilograms: 12 };
  };
  const values = await Promise.all([...stores, ...stores].map((store) => store.memo('parcel', Weight, weigh)));
  expect(values).toEqual(values.map(() => ({ kilograms: 12 })));
  expect(computed).toBe(1);
});

test('20 different ones are computed at the same time by one store', async () => {
  const store = await server.open();
  let waiting = 0;
  const everybodyIsHere = Promise.withResolvers<void>();
  const values = await Promise.all(
    Array.from({ length: 20 }, (_, kilograms) =>
      store.memo(`parcel ${kilograms}`, Weight, async () => {
        if (++waiting === 20) everybodyIsHere.resolve();
        await everybodyIsHere.promise;
        return { kilograms };
      }),
    ),
  );
  expect(values.map(({ kilograms }) => kilograms)).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test('a computation that fails is nobody else’s failure', async () => {
  const store = await server.open();
  const fails = store.memo('fragile', Weight, async () => {
    await setTimeout(100);
    throw new RangeError('the scale is broken');
  });
  const works = setTimeout(20).then(() => store.memo('fragile', Weight, async () => ({ kilograms: 3 })));
  await expect(fails).rejects.toThrow('the scale is broken');
  expect(await works).toEqual({ kilograms: 3 });
});

test('a lock connection that dies in the middle costs a second computation at most', async () => {
  const store = await server.open();
  const value = await store.memo('cut off', Weight, async () => {
    await server.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()');
    return { kilograms: 5 };
  });
  expect(value).toEqual({ kilograms: 5 });
  expect(await store.memo('cut off', Weight, async () => ({ kilograms: 6 }))).toEqual({ kilograms: 5 });
});

test('everybody gets what was stored, the one who computed too', async () => {
  const store = await server.open({ environment: { DEPOT_TOKEN: 'open-sesame-7' } });
  const read = () => store.memo('note', z.string(), async () => 'say open-sesame-7');
  expect([await read(), await read()]).toEqual(['say [redacted]', 'say [redacted]']);
});

test('a value of the moment is given, and not kept', async () => {
  const store = await server.open();
  const weigh = (kilograms: number) =>
    store.memo(
      'on the move',
      Weight,
      async () => ({ kilograms }),
      (weight) => weight.kilograms > 4,
    );
  expect([await weigh(4), await weigh(5), await weigh(6)]).toEqual([{ kilograms: 4 }, { kilograms: 5 }, { kilograms: 5 }]);
});
