import { DEMO_PASSWORD, demoUser, MIA } from '@tributary/demo-data';
import { z } from 'zod';

export const DEMO_CREDENTIALS = { email: demoUser(MIA).email, password: DEMO_PASSWORD };

const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignInSuccess { token } }
}`;

const answerSchema = z.object({
  data: z.object({ signIn: z.object({ token: z.string().optional() }) }),
});

/** The demo user's access token, asked for as an app would; undefined if the database has no such user. */
export async function signIn(graphqlUrl: string): Promise<string | undefined> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'apollographql-client-name': 'npm-start' },
    body: JSON.stringify({ query: SIGN_IN, variables: { input: DEMO_CREDENTIALS } }),
  });
  const text = await response.text();
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) throw new Error(`signing in ${DEMO_CREDENTIALS.email} failed: ${text.slice(0, 300)}`);
  return answer.data.data.signIn.token;
}

// Private:

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
