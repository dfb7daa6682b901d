// Everything into one file, the package included, as a page would have it.
export default { build: { target: 'es2022' }, ssr: { noExternal: true } };
