// PGlite uses import(), which Jest's sandbox does not have: the environment loads it outside and hands it in.
module.exports = globalThis.nativePglite;
