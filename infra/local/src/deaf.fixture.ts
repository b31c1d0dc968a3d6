/** A process for the tests that ignores every request to stop. */
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {});
setInterval(() => {}, 1000);
console.log('started');
