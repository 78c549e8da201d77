"""The pages of the demo: be anybody, let time pass, read everybody's mail. There is nothing here outside a demo."""
