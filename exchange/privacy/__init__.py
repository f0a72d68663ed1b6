"""What the exchange holds on people: its part of the register, what stands against erasing, and how long it is kept."""
