"""A card's life (黄牌、红牌): answered, appealed, escalated, revoked, closed."""
