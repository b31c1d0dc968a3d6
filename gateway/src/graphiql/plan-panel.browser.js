// A panel over GraphiQL with the query plan of the last operation. Runs in the page, before GraphiQL's own script.
// While the panel is open, each operation asks for its plan; it is taken out of the answer before GraphiQL shows that.

const panel = document.querySelector('#query-plan');
const text = panel.querySelector('pre');
const originalFetch = window.fetch;

window.fetch = async (resource, options = {}) => {
  if (!panel.open || !isOperation(options.body)) return originalFetch(resource, options);
  const headers = new Headers(options.headers);
  headers.set('tributary-explain', 'plan');
  const response = await originalFetch(resource, { ...options, headers });
  const { extensions: { queryPlan, ...extensions } = {}, ...result } = await response.json();
  text.textContent = queryPlan ?? 'There is no plan for this answer.';
  const shown = Object.keys(extensions).length > 0 ? { ...result, extensions } : result;
  return new Response(JSON.stringify(shown), { status: response.status, headers: response.headers });
};

function isOperation(body) {
  return typeof body === 'string' && !body.includes('IntrospectionQuery');
}
