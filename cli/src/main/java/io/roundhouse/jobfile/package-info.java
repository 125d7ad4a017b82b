/** Job files and the values that command lines put in place of theirs. */
package io.roundhouse.jobfile;
