/* Which sources this was compiled of, as compile.py sums them up. */

const char *reading_version(void) { return VERSION; }
