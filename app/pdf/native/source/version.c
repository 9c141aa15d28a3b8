/* Which sources this was compiled of, as compile.py sums them up: the structures of other sources may differ, and
 * what Python would read of them is memory of something else. */

const char *reading_version(void) { return VERSION; }
