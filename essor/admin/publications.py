"""What the admin and other pages get from this part of the room: Publications."""
