// Run as a thread by the test: takes no message and blocks for good.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
