raise Interrupt
