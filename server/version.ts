import packageFile from '../package.json' with { type: 'json' };

/** Hallwatch's version, as package.json has it. */
export const version: string = packageFile.version;
