/** Who belongs to a federation: its register, and how a member joins it, as workflows. */
package io.roundhouse.federation;
