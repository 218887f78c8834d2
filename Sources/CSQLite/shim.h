#include <sqlite3.h>

/* Counting the bytes in use takes a lock for each that is allocated. Before the first connection; a function
   because Swift calls none with variable arguments. */
static inline int footfall_turn_memory_statistics_off(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
