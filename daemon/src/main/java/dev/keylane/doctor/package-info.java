/**
 * {@code keylane doctor}: looks at a system and its devices for what keeps IPsec from being fast, or from being done where
 * it was meant to be, and says what to run. Each {@link dev.keylane.doctor.SystemCheck} or {@link
 * dev.keylane.doctor.DeviceCheck} looks at one aspect and answers with {@link dev.keylane.doctor.Finding}s; all they see of
 * the system is a {@link dev.keylane.doctor.Sight}. Nothing is changed but that throw-away states and policies between
 * addresses for documentation (RFC 5737, RFC 3849) come and go. The daemon need not run, and is not asked.
 */
@NullMarked
package dev.keylane.doctor;

import org.jspecify.annotations.NullMarked;
