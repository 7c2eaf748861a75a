"""What measurements share: servers, people at work, floors, figures."""
