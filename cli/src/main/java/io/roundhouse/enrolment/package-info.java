/** Commands for a federation's members: provisioning, enrolment, and the check of kits. */
package io.roundhouse.enrolment;
