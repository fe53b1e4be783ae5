"""What the contract is about: resources and what each operation does to them."""
