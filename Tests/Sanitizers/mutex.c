// What the thread sanitizer has to be told of Swift's Mutex on Linux.
//
// Locking and unlocking without contention is compiled into whoever does it, where the sanitizer sees it. A thread
// that has to wait, and one that wakes another, go through functions of the toolchain's own library, of which the
// sanitizer sees nothing. Those here stand before them, call them, and say what they do. The names are Swift's
// mangled ones: Synchronization._MutexHandle._lockSlow(UInt32) and ._unlockSlow().
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT_CALL __attribute__((swiftcall))
#define SWIFT_SELF __attribute__((swift_context))

void __tsan_acquire(void *address);
void __tsan_release(void *address);

SWIFT_CALL void lock_slow(uint32_t state, SWIFT_SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT_CALL void unlock_slow(SWIFT_SELF void *mutex) __asm__(UNLOCK_SLOW);

typedef SWIFT_CALL void (*LockSlow)(uint32_t, SWIFT_SELF void *);
typedef SWIFT_CALL void (*UnlockSlow)(SWIFT_SELF void *);

SWIFT_CALL void lock_slow(uint32_t state, SWIFT_SELF void *mutex) {
  ((LockSlow)dlsym(RTLD_NEXT, LOCK_SLOW))(state, mutex);
  __tsan_acquire(mutex);
}

SWIFT_CALL void unlock_slow(SWIFT_SELF void *mutex) {
  __tsan_release(mutex);
  ((UnlockSlow)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}
