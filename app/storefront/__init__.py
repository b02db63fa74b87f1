"""What creators and shoppers see in the store itself: landing pages and the sign-up form."""
