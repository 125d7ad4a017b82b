/** The certificate authority, what a federation is made of, kits in the making, enrolment. */
package io.roundhouse.provisioning;
