// How long what is waited for may take before a test fails, in milliseconds. It bounds a failure; nothing is timed by it. An SDK
// whose first attempt to come back has failed makes the next one only a minute later.
export const patience = 90_000;

// limit bounds a whole scenario.
export const limit = 4 * patience;
