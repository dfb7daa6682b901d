/** A client that looks at every answer and fails on one that is not as the document says. */
export default {
  output: 'client',
  plugins: ['@hey-api/client-fetch', 'zod', { name: '@hey-api/sdk', validator: { response: true } }],
};
