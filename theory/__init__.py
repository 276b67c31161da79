"""What is claimed about denoising steps and what follows from it; imports synthetic only."""
