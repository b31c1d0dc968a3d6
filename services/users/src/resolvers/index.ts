import { DateTime } from '@tributary/scalars';
import { queryResolvers } from './query.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';
import { updateProfile } from './update-profile.ts';
import { userResolvers } from './user.ts';

export const resolvers = {
  DateTime,
  Query: queryResolvers,
  Mutation: { signUp, signIn, updateProfile },
  User: userResolvers,
};
