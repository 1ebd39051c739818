import { testQueueContract } from './queue-contract.ts';

testQueueContract('redis');
