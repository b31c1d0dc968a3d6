/**
 * What the front uses of node:http. Its ES module form is not imported: that reads every export, `http.WebSocket` too, and so loads node's own
 * fetch client, which nothing here uses: 15 MB of a process that does nothing else:
 * `node --input-type=module -e "import 'node:http'; console.log(process.memoryUsage.rss())"`, and the same with what stands here.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
