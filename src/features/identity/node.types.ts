import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', {
  description: 'What has an id that no other object has; `node` finds it again.',
  resolveType: ({ __typename }: { readonly __typename: string }) => __typename,
})
export abstract class NodeType {
  @Field(() => ID, { description: "A user's is the number of REST; any other is opaque." })
  id!: string;
}
