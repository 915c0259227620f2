/**
 * What every {@link dev.keylane.xfrm.XfrmKernel} must do, as named cases that run against any of them. The cases need
 * nothing but the JDK, so that they can run where no test framework is: {@link ContractCases} lists them,
 * {@link KernelUnderTest} is what an adapter brings along. Where Linux drops a packet and the software kernel keeps it
 * for later, the cases demand neither.
 */
@NullMarked
package dev.keylane.xfrm.contract;

import org.jspecify.annotations.NullMarked;
