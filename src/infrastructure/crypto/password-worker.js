'use strict';

// Plain JavaScript on purpose: a worker thread is loaded by Node itself, so this very file has to run from
// src/ (tests, where nothing compiles it) and from dist/ (where the compiler copies it).

const { readlinkSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');

/**
 * @typedef {{ kind: 'hash', password: string, cost: number }} HashTask
 * @typedef {{ kind: 'verify', password: string, hash: string }} VerifyTask
 * @typedef {{ value: string | boolean } | { failure: string }} Answer
 */

/**
 * Hashing yields to request handling. Only Linux has a priority per thread; elsewhere the call would slow down
 * the whole process, and where it is not permitted, hashing works at normal priority.
 *
 * @param {number} increment steps of niceness on top of the thread's own
 */
function lowerPriority(increment) {
  if (process.platform !== 'linux' || increment === 0) return;
  try {
    const threadId = Number(path.basename(readlinkSync('/proc/thread-self')));
    // Never 0: that would mean the process.
    if (threadId > 0) os.setPriority(threadId, Math.min(19, os.getPriority(threadId) + increment));
  } catch {
    // No /proc or no permission.
  }
}

lowerPriority(workerData.niceIncrement);

const bcrypt = require('bcrypt');

/**
 * @param {HashTask | VerifyTask} task
 * @returns {string | boolean}
 */
function run(task) {
  return task.kind === 'hash'
    ? bcrypt.hashSync(task.password, task.cost)
    : bcrypt.compareSync(task.password, task.hash);
}

parentPort.on('message', (/** @type {HashTask | VerifyTask | 'stop'} */ task) => {
  if (task === 'stop') {
    parentPort.close();
    return;
  }
  /** @type {Answer} */
  let answer;
  try {
    answer = { value: run(task) };
  } catch (error) {
    // bcrypt's messages are constant texts: they never hold the password.
    answer = { failure: error instanceof Error ? error.message : 'unknown' };
  }
  parentPort.postMessage(answer);
});
