/**
 * What is installed beside the program and follows from it: man pages and completions, made of the command line's own
 * model and of the document that lists the configuration's keys. Packaging runs it; nothing else needs it.
 */
@NullMarked
package dev.keylane.cli.manual;

import org.jspecify.annotations.NullMarked;
