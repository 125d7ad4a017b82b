/** Startup kits: what opens and checks them. Uses the JDK and the domain, no other cryptography. */
package io.roundhouse.kit;
